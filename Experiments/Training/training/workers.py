"""Starting the processes of a stage, and ending all when one fails."""

import os
import pathlib
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Worker:
    """One process of a module of this package; what it prints goes to a file."""

    def __init__(self, module, arguments, output, environment):
        self.name = output.stem
        output.parent.mkdir(parents=True, exist_ok=True)
        self.output = output
        with open(output, "ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"training.{module}", *map(str, arguments)],
                cwd=HERE, env={**os.environ, **environment},
                stdout=file, stderr=subprocess.STDOUT)

    @property
    def status(self):
        return self.process.poll()

    def stop(self):
        if self.status is None:
            self.process.kill()
            self.process.wait()

    def last_words(self, size=1500):
        return self.output.read_bytes()[-size:].decode("utf-8", "replace")


class Machine:
    """The GPUs that stages run on; none is one process on the CPU."""

    def __init__(self, gpus, work, environment=None):
        self.gpus, self.work = gpus, work
        self.environment = {
            "OMP_NUM_THREADS": "8" if gpus else "1",
            "TORCHINDUCTOR_CACHE_DIR": str(work / "cache" / "inductor"),
            "TRITON_CACHE_DIR": str(work / "cache" / "triton"),
            **(environment or {}),
        }

    @property
    def count(self):
        return max(1, self.gpus)

    def _output(self, name):
        return self.work / "logs" / f"{name}.out"

    def alone(self, module, arguments, name, gpu=None):
        """One process that sees one GPU."""
        extra = {} if gpu is None or not self.gpus else {"CUDA_VISIBLE_DEVICES": str(gpu)}
        return Worker(module, arguments, self._output(name), {**self.environment, **extra})

    def together(self, module, arguments, name):
        """One process a GPU, which find each other."""
        port = str(free_port())
        return [
            Worker(
                module, arguments, self._output(f"{name}-{rank}"),
                {**self.environment, "RANK": str(rank), "LOCAL_RANK": str(rank),
                 "WORLD_SIZE": str(self.count), "MASTER_ADDR": "127.0.0.1",
                 "MASTER_PORT": port})
            for rank in range(self.count)
        ]


def wait(workers, until, log, together=False):
    """Until all have ended or the time has come, when the rest are stopped.

    together: whether one that fails makes the others useless. Gives the names of those that did
    not end well.
    """
    failed = []
    left = list(workers)
    while left:
        for worker in [worker for worker in left if worker.status is not None]:
            left.remove(worker)
            if worker.status:
                failed.append(worker.name)
                log("failed", worker=worker.name, status=worker.status)
                log("last words", text=worker.last_words())
        if left and (time.time() > until or (together and failed)):
            for worker in left:
                worker.stop()
                failed.append(worker.name)
                log("stopped", worker=worker.name, late=time.time() > until)
            break
        time.sleep(0.2)
    return failed
