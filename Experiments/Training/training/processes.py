"""Several processes with one GPU each, or one on the CPU."""

import os

import torch
import torch.distributed as dist


class Group:
    """The processes of a stage, from RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT."""

    def __init__(self):
        self.rank = int(os.environ.get("RANK", 0))
        self.world = int(os.environ.get("WORLD_SIZE", 1))
        cuda = torch.cuda.is_available()
        local = int(os.environ.get("LOCAL_RANK", 0))
        self.device = torch.device("cuda", local) if cuda else torch.device("cpu")
        if cuda:
            torch.cuda.set_device(local)
            torch.backends.cuda.matmul.allow_tf32 = True
        else:
            torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))
        if self.world > 1:
            dist.init_process_group("nccl" if cuda else "gloo")

    @property
    def leads(self):
        return self.rank == 0

    def average(self, tensor):
        """In place, over all processes."""
        if self.world > 1:
            dist.all_reduce(tensor)
            tensor /= self.world

    def total(self, values):
        """Sums of a list of numbers over all processes."""
        tensor = torch.tensor(values, dtype=torch.float64, device=self.device)
        if self.world > 1:
            dist.all_reduce(tensor)
        return tensor.tolist()

    def agree(self, value):
        """The first process's number, for all."""
        tensor = torch.tensor([value], dtype=torch.float64, device=self.device)
        if self.world > 1:
            dist.broadcast(tensor, 0)
        return tensor.item()

    def close(self):
        if self.world > 1:
            dist.barrier()
            dist.destroy_process_group()
