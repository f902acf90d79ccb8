import BundledModels
import Foundation
import SpecDecodePlatform

/// The folders of models that a command line names: paths, or names on Hugging Face that its own
/// cache has.
enum ModelFolder {
  /// The folder of a verifier: the one that is named, or the bundled one.
  static func verifier(_ name: String?) throws -> URL {
    try name.map(url) ?? BundledModels.pair().verifier
  }

  /// The folder of a drafter: the one that is named, or the bundled one.
  static func drafter(_ name: String?) throws -> URL {
    try name.map(url) ?? BundledModels.pair().drafter
  }

  /// The folder of a model that is named.
  ///
  /// - Throws: `CommandError` for a name on Hugging Face that the cache does not have, and for files
  ///   that are often met in place of weights. What else is wrong with a folder, its reader says.
  static func url(of name: String) throws(CommandError) -> URL {
    let isThere = FileManager.default.fileExists(atPath: name)
    let url = isThere ? URL(filePath: name) : try HuggingFaceCache().snapshot(of: name)
    try refuseOtherFormats(url ?? URL(filePath: name))
    return url ?? URL(filePath: name)
  }

  private static func refuseOtherFormats(_ url: URL) throws(CommandError) {
    let path = url.path(percentEncoded: false)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let isGGUF = { (name: String) in name.lowercased().hasSuffix(".gguf") }
    if isGGUF(path) || (!names.contains("config.json") && names.contains(where: isGGUF)) {
      throw .unexpectedContents(
        path: path, found: isGGUF(path) ? "is a GGUF file" : "has a GGUF file and no config.json",
        remedy: "GGUF is not read; give the folder with safetensors or PyTorch files that it was "
          + "made from")
    }
    for name in names.sorted() where isPointer(url.appending(path: name)) {
      throw .unexpectedContents(
        path: url.appending(path: name).path(percentEncoded: false),
        found: "is a Git LFS pointer and not the file itself",
        remedy: "fetch it with: git -C \(path) lfs pull")
    }
  }

  /// What Git checks out in the place of a large file where LFS is not installed.
  private static func isPointer(_ url: URL) -> Bool {
    let path = url.path(percentEncoded: false)
    guard FileInput.isRegular(path), (1...1024).contains(FileInput.size(of: path)) else {
      return false
    }
    return (try? Data(contentsOf: url)).map(GitLFSPointer.begins) ?? false
  }
}

/// The cache of models that the libraries and the program of Hugging Face share.
struct HuggingFaceCache {
  /// The folder with a folder a repository.
  let folder: URL

  /// The place that the environment names, or the usual one.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    func place(_ name: String) -> URL? {
      environment[name].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
    }
    folder =
      place("HF_HUB_CACHE")
      ?? (place("HF_HOME") ?? URL(filePath: NSHomeDirectory()).appending(path: ".cache/huggingface"))
      .appending(path: "hub")
  }

  /// The files of a repository's main branch; nil for a text that is no name of one.
  ///
  /// - Throws: `CommandError.unexpectedContents` when the cache does not have it.
  func snapshot(of name: String) throws(CommandError) -> URL? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isName = parts.allSatisfy { part in
      part.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false
        && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
    guard parts.count == 2, isName else { return nil }
    let repository = folder.appending(path: "models--" + parts.joined(separator: "--"))
    let snapshots = repository.appending(path: "snapshots")
    if let commit = try? String(
      contentsOf: repository.appending(path: "refs/main"), encoding: .utf8)
    {
      let snapshot = snapshots.appending(
        path: commit.trimmingCharacters(in: .whitespacesAndNewlines))
      if FileOutput.isFolder(snapshot.path(percentEncoded: false)) { return snapshot }
    }
    throw .unexpectedContents(
      path: name, found: "is not there",
      remedy:
        "check the path; if it names a model on Hugging Face, download it first (it is not in "
        + "\(folder.path(percentEncoded: false))): hf download \(name)")
  }
}
