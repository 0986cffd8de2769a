"""torch.compile, if this program is asked for it, PyTorch has it and it works."""

import sys

import torch

state = {} if "compile" in sys.argv[1:] else {"works": False}


def compiles():
    """Whether functions can be compiled here; says once why not."""
    if "works" not in state:
        state["works"] = hasattr(torch, "compile")
        if state["works"]:
            try:
                torch.compile(torch.sin, dynamic=False)(torch.ones(8))
            except Exception as error:
                print(f"torch.compile does not work here and is left out: {type(error).__name__}: {error}".splitlines()[0], file=sys.stderr)
                state["works"] = False
    return state["works"]


def instructions():
    """What torch.compile makes: its vectors, "scalar code" where its compiler finds none, "" where there is no torch.compile."""
    if not compiles():
        return ""
    from torch._inductor import cpu_vec_isa

    return str(cpu_vec_isa.pick_vec_isa()).replace("INVALID_VEC_ISA", "scalar code").upper().replace("SCALAR CODE", "scalar code")


def compiled(function):
    """The function, compiled for the shapes that it is first called with."""
    return torch.compile(function, dynamic=False)


def forget():
    """Lets go of what was compiled, before another operation: PyTorch stops compiling, with no more than a warning, what has
    been compiled for eight shapes, and the functions of all losses are one line of code to it."""
    if state.get("works"):
        torch._dynamo.reset()
