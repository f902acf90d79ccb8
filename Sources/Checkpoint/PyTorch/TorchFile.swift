/// A file as `torch.save` writes it since PyTorch 1.6: a zip archive with the pickle of a state
/// dict and an entry for every storage.
///
/// Nothing in it is executed. Checksums of storages are compared when they are first read.
struct TorchFile {
  /// The tensors, in the order of the pickle.
  let tensors: [TensorDescription]

  private static let maximumPickleSize = 64 << 20
  private static let pickleName = "/data.pkl"

  /// Reads directory and pickle, and checks every tensor against its storage.
  ///
  /// - Throws: ``CheckpointError``: `malformedArchive`, `unsupportedPickle`, `malformedTensor`.
  init(of file: CheckpointFile) throws(CheckpointError) {
    try Self.refuseLegacy(file)
    let archive = try ZipArchive(of: file)
    let entry = try Self.pickle(in: archive, of: file)
    let folder = String(entry.name.dropLast(Self.pickleName.count))
    try Self.checkByteOrder(archive, folder, in: file)
    let pickle = try ZipArchive.contents(
      of: entry, in: file, maximumSize: Self.maximumPickleSize)
    let state = try StateDictionary(pickle: pickle, file: file.path)
    let views = TorchViews(file: file, archive: archive, folder: folder)
    var tensors: [TensorDescription] = []
    for (name, tensor) in state.tensors {
      tensors.append(try views.description(of: tensor, named: name))
    }
    self.tensors = tensors
  }

  /// Files from before the zip format begin with a pickle, or are tar archives.
  private static func refuseLegacy(_ file: CheckpointFile) throws(CheckpointError) {
    var start: [UInt8] = []
    try file.read(at: 0, count: min(file.size, 512), into: &start, tensor: nil)
    if start.starts(with: [0x50, 0x4B]) { return }
    let isTar = start.count >= 262 && start[257..<262].elementsEqual("ustar".utf8)
    guard start.first == 0x80 || isTar else {
      throw file.malformed("its first bytes", "no zip archive", "a file of torch.save")
    }
    throw .unsupportedPickle(file: file.path, found: "PyTorch's format from before version 1.6")
  }

  /// The entry with the pickle; its folder holds all others.
  private static func pickle(
    in archive: ZipArchive, of file: CheckpointFile
  ) throws(CheckpointError) -> ZipEntry {
    let pickles = archive.entries.values.filter { $0.name.hasSuffix(pickleName) }
    guard let pickle = pickles.first, pickles.count == 1 else {
      throw file.malformed("the archive", "\(pickles.count) entries data.pkl", "one")
    }
    guard !archive.entries.keys.contains(where: { $0.hasSuffix("/constants.pkl") }) else {
      throw .unsupportedPickle(file: file.path, found: "a TorchScript program")
    }
    return pickle
  }

  private static func checkByteOrder(
    _ archive: ZipArchive, _ folder: String, in file: CheckpointFile
  ) throws(CheckpointError) {
    guard let entry = archive.entries[folder + "/byteorder"] else { return }
    let order = try ZipArchive.contents(of: entry, in: file, maximumSize: 16)
    guard order.elementsEqual("little".utf8) else {
      throw .unsupportedPickle(file: file.path, found: "numbers that are not little-endian")
    }
  }
}
