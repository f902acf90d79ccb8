import Checkpoint

/// Input: a PyTorch file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchive(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  TorchInput.read(unsafe FuzzInput.bytes(start, count))
  return 0
}
