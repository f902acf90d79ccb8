import Checkpoint

/// Input: a PyTorch file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchive(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { TorchInput.read($0) }
}
