"""Compiles the sources in Sources/MambaCUDAKernels by NVRTC and writes the results' hashes beside them.

Usage: compile.py LIBRARY [--check | --stamps CUBIN]

LIBRARY is libnvrtc.so.12; --check compares instead of writing; --stamps writes machine code whose passes
print their cycles by stage. compile.sh fetches the library.
"""

import ctypes
import hashlib
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent / "../../Sources/MambaCUDAKernels"
# One program.
SOURCES = ["kernels.cu", "whole_pass.cu"]
# PTX for drivers from CUDA 12.0 on, and machine code for Hopper, so that it starts at once.
TARGETS = {"compute_75": "compute_75.ptx", "compute_90": "compute_90.ptx", "sm_90": "sm_90.cubin"}


def compile_source(library: ctypes.CDLL, source: bytes, target: str, *more: bytes) -> bytes:
    program = ctypes.c_void_p()
    library.nvrtcCreateProgram(ctypes.byref(program), source, b"kernels.cu", 0, None, None)
    # A product and a sum fuse only where the source says so.
    options = [b"--gpu-architecture=" + target.encode(), b"--fmad=false", b"--std=c++17", *more]
    failed = library.nvrtcCompileProgram(
        program, len(options), (ctypes.c_char_p * len(options))(*options))
    size = ctypes.c_size_t()
    library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    library.nvrtcGetProgramLog(program, log)
    if failed or log.value:
        sys.exit(f"{target}: {log.value.decode()}")
    kind = "CUBIN" if target.startswith("sm") else "PTX"
    getattr(library, f"nvrtcGet{kind}Size")(program, ctypes.byref(size))
    result = ctypes.create_string_buffer(size.value)
    getattr(library, f"nvrtcGet{kind}")(program, result)
    # PTX ends in a zero byte, which the C file adds.
    return result.raw if kind == "CUBIN" else result.value


def main() -> None:
    library = ctypes.CDLL(sys.argv[1])
    results = {name: (FOLDER / name).read_bytes() for name in SOURCES}
    source = b"".join(results.values())
    if "--stamps" in sys.argv:
        path = pathlib.Path(sys.argv[sys.argv.index("--stamps") + 1])
        path.write_bytes(compile_source(library, source, "sm_90", b"-DSTAMPS"))
        return
    for target, name in TARGETS.items():
        results[name] = compile_source(library, source, target)
    if "--check" in sys.argv:
        changed = [n for n, data in results.items() if (FOLDER / n).read_bytes() != data]
        sys.exit(f"not what the source gives: {', '.join(changed)}" if changed else 0)
    for name, data in results.items():
        (FOLDER / name).write_bytes(data)
    hashes = [f"{hashlib.sha256(data).hexdigest()} {name}\n" for name, data in results.items()]
    (FOLDER / "kernels.sha256").write_text("".join(hashes))


main()
