package import Foundation
import SpecDecodePlatform

/// The index of a checkpoint in several files: which shard holds which tensor.
struct ShardIndex {
  /// Tensor name to the name of a file in the same directory.
  let shards: [String: String]
  private let path: String

  private static let maximumSize = 16 << 20

  private struct Contents: Decodable {
    // The key is that of the file.
    enum CodingKeys: String, CodingKey { case shards = "weight_map" }
    let shards: [String: String]
  }

  /// Reads an index; only plain file names are accepted in it, so that it leads nowhere else.
  ///
  /// Names are looked at in their order, so that one damage always gives one error.
  ///
  /// - Parameter suffix: what the shards' names end in.
  init(contentsOf url: URL, suffix: String) throws(CheckpointError) {
    path = url.path(percentEncoded: false)
    let data = try wholeFile(url, maximumSize: Self.maximumSize)
    guard let contents = try? JSONDecoder().decode(Contents.self, from: data) else {
      throw .malformedIndex(
        file: path, field: "weight_map", found: "missing or damaged JSON",
        expected: "an object of tensor names and file names")
    }
    shards = contents.shards
    try Self.checkKeys(data, file: path)
    for (tensor, shard) in shards.sorted(by: { $0.key < $1.key }) where !Self.isPlain(shard, suffix)
    {
      throw .malformedIndex(
        file: path, field: "weight_map of \(quoted(tensor))", found: quoted(shard),
        expected: "the name of a \(suffix) file in the same directory")
    }
  }

  /// Of two equal keys Foundation takes the first without notice, and Python the last.
  private static func checkKeys(_ json: Data, file: String) throws(CheckpointError) {
    var scanner = JSONScanner(bytes: Array(json), name: "the file")
    let repeated: RepeatedKey?
    do {
      repeated = try scanner.repeatedKey()
    } catch {
      throw .malformedIndex(
        file: file, field: "byte \(error.position)", found: error.found, expected: error.expected)
    }
    if let repeated {
      let object = repeated.object.isEmpty ? "the file" : shown(repeated.object)
      throw .malformedIndex(
        file: file, field: object, found: "one with two keys \(quoted(repeated.key))",
        expected: "each key once")
    }
  }

  /// The shards' file names in order.
  var fileNames: [String] {
    Set(shards.values).sorted()
  }

  /// Checks that each tensor stands in the shard that the index names, and that there is no other.
  func check(_ tensors: [String: TensorDescription]) throws(CheckpointError) {
    for (name, shard) in shards.sorted(by: { $0.key < $1.key }) {
      guard let tensor = tensors[name] else {
        throw .malformedIndex(
          file: path, field: "weight_map of \(quoted(name))", found: quoted(shard),
          expected: "a shard that holds this tensor")
      }
      let holder = URL(fileURLWithPath: tensor.file).lastPathComponent
      guard holder == shard else {
        throw .malformedIndex(
          file: path, field: "weight_map of \(quoted(name))", found: quoted(shard),
          expected: quoted(holder))
      }
    }
    for name in tensors.keys.sorted() where shards[name] == nil {
      throw .malformedIndex(
        file: path, field: "weight_map", found: "no entry for \(quoted(name))",
        expected: "every tensor of the shards")
    }
  }

  private static func isPlain(_ name: String, _ suffix: String) -> Bool {
    let suffix = Array(suffix.utf8)
    let bytes = Array(name.utf8)
    let forbidden: [UInt8] = [0, UInt8(ascii: "/"), UInt8(ascii: "\\")]
    return bytes.count > suffix.count && bytes.suffix(suffix.count) == suffix[...]
      && bytes.first != UInt8(ascii: ".") && !name.contains("..")
      && !bytes.contains(where: forbidden.contains)
  }
}

/// The bytes of a small regular file.
///
/// - Throws: ``CheckpointError``: `notFound` or `notReadable`, for a larger file, too.
package func wholeFile(_ url: URL, maximumSize: Int) throws(CheckpointError) -> Data {
  let file = try CheckpointFile(opening: url)
  guard file.size <= maximumSize else {
    throw .notReadable(
      file: file.path, reason: "it has \(file.size) bytes, expected at most \(maximumSize)")
  }
  var bytes: [UInt8] = []
  try file.read(at: 0, count: file.size, into: &bytes, tensor: nil)
  return Data(bytes)
}
