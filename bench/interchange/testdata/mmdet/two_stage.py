_base_ = ['proposals_base.py']
work_dir = './out/{{ fileBasenameNoExtension }}'
