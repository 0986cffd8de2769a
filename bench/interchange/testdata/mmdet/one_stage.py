_base_ = './anchors_base.py'
train_dataloader = dict(batch_size=2)
