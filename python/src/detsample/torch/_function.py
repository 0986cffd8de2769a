"""Losses that the library evaluated, as nodes of autograd's graph."""

from __future__ import annotations

from typing import Any, Callable, Tuple

import torch
from torch import Tensor

from ._host import Floats, Host

# Evaluates the losses of logits and deltas: their values, and their gradients.
Evaluate = Callable[[Floats, Floats], Tuple[float, float, Floats, Floats]]


class _Losses(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, deltas: Tensor, host: Host, evaluate: Evaluate, joint: bool) -> Tuple[Tensor, Tensor]:
        cls, box, grad_logits, grad_deltas = evaluate(host.floats(logits), host.floats(deltas))
        ctx.save_for_backward(torch.from_numpy(grad_logits), torch.from_numpy(grad_deltas))
        ctx.host, ctx.joint = host, joint
        ctx.like = (logits.device, logits.dtype), (deltas.device, deltas.dtype)
        return (torch.tensor(cls, dtype=torch.float32, device=logits.device),
                torch.tensor(box, dtype=torch.float32, device=deltas.device))

    @staticmethod
    def backward(ctx: Any, by_cls: Tensor, by_box: Tensor) -> Any:
        if torch.is_grad_enabled():
            raise RuntimeError("detsample: create_graph asks for a second derivative, which losses of the library do not have: "
                               'where="device" has torch evaluate those that it knows')
        if ctx.joint and by_cls.item() != by_box.item():
            raise RuntimeError("detsample: the strategy's box loss reaches both heads (carl), so that classification and box loss "
                               "must be weighted alike: sum them, and weigh them by cls_weight and box_weight in the strategy")
        grads = [
            _scaled(ctx.host, grad, by, *like) if wanted else None
            for grad, by, like, wanted in zip(ctx.saved_tensors, (by_cls, by_box), ctx.like, ctx.needs_input_grad)
        ]
        return (*grads, None, None, None)


def _scaled(host: Host, grad: Tensor, by: Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
    """The gradient times what comes from above, in float32 as long as that
    scales it: a float16 gradient would vanish before."""
    if device.type == "cpu":
        if by.item() != 1:
            grad = grad * by.item()
    else:
        grad = host.back(grad.numpy(), device) * by
    return grad.to(dtype)


def losses(logits: Tensor, deltas: Tensor, host: Host, evaluate: Evaluate, joint: bool = False) -> Tuple[Tensor, Tensor]:
    """The values that evaluate gives, differentiable by logits and deltas.
    joint says that a gradient by the logits is among the box loss's."""
    cls, box = _Losses.apply(logits, deltas, host, evaluate, joint)
    return cls, box
