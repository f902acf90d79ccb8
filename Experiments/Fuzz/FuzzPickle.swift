import Checkpoint

/// Input: the pickle of a PyTorch file, which is put into an archive without checksums beside
/// storages of the sizes that the fixtures have.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPickle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { pickle in
    TorchInput.read(StoredArchive.bytes([("archive/data.pkl", pickle)] + storages))
  }
}

private let storages = [96, 8, 4, 24, 0, 4].enumerated().map {
  (name: "archive/data/\($0)", bytes: [UInt8](repeating: 0, count: $1))
}
