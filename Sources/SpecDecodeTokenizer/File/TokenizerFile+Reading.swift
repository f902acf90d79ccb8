import Foundation
import SpecDecodePlatform

extension TokenizerFile {
  /// The most bytes a `tokenizer.json` may have: the largest public ones have about 35 MB.
  static let sizeLimit = 64 << 20

  /// The bytes of a regular file of at most `sizeLimit` bytes.
  ///
  /// - Throws: `TokenizerError.unreadable` or `.fileTooLarge`; the size is checked before reading.
  static func data(contentsOf file: URL) throws(TokenizerError) -> Data {
    let path = file.path
    guard file.isFileURL else {
      throw .unreadable(path: file.absoluteString, reason: "it is not the URL of a file")
    }
    do {
      // Links are followed first: model caches link their files to blobs.
      let target = file.resolvingSymlinksInPath()
      let attributes = try FileManager.default.attributesOfItem(atPath: target.path)
      // Opening a pipe would wait for its writer, so the type is checked before the file is opened.
      guard attributes[.type] as? FileAttributeType == .typeRegular,
        let size = (attributes[.size] as? NSNumber)?.intValue
      else {
        throw TokenizerError.unreadable(path: path, reason: "it is not a regular file")
      }
      guard size <= sizeLimit else {
        throw TokenizerError.fileTooLarge(path: path, size: size, limit: sizeLimit)
      }
      let handle = try FileHandle(forReadingFrom: target)
      defer { try? handle.close() }
      let data = try handle.read(upToCount: size) ?? Data()
      guard !GitLFSPointer.begins(data) else {
        throw TokenizerError.unreadable(path: path, reason: GitLFSPointer.reason)
      }
      return data
    } catch let error as TokenizerError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: TokenizerError.clause(error.localizedDescription))
    }
  }
}
