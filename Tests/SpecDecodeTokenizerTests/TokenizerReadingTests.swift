import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct TokenizerReadingTests {
  private func withTemporaryFile(_ body: (URL) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file)
  }

  @Test func `a file and a link to it are read`() throws {
    try withTemporaryFile { file in
      try TokenizerSketch().json.write(to: file)
      try withTemporaryFile { link in
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        #expect(try BPETokenizer(contentsOf: file).encode(Array("ab".utf8)) == [3])
        #expect(try BPETokenizer(contentsOf: link).encode(Array("ab".utf8)) == [3])
      }
    }
  }

  @Test func `a Git LFS pointer is named`() throws {
    try withTemporaryFile { file in
      try Data("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n".utf8).write(to: file)
      let error = #expect(throws: TokenizerError.self) { try BPETokenizer(contentsOf: file) }
      #expect(error?.description.contains("git lfs pull") == true)
    }
  }

  @Test(arguments: ["/", "/dev/null"])
  func `what is no regular file is a typed error`(path: String) {
    #expect(
      throws: TokenizerError.unreadable(path: path, reason: "it is not a regular file")
    ) {
      try BPETokenizer(contentsOf: URL(filePath: path))
    }
  }

  @Test func `a file that does not exist is a typed error`() throws {
    try withTemporaryFile { file in
      do throws(TokenizerError) {
        _ = try BPETokenizer(contentsOf: file)
        Issue.record("read a file that does not exist")
      } catch {
        guard case .unreadable(file.path, _) = error else {
          Issue.record("\(error)")
          return
        }
      }
    }
  }

  @Test func `a URL that is not of a file is a typed error`() throws {
    let url = try #require(URL(string: "https://example.com/tokenizer.json"))
    #expect(
      throws: TokenizerError.unreadable(
        path: "https://example.com/tokenizer.json", reason: "it is not the URL of a file")
    ) {
      try BPETokenizer(contentsOf: url)
    }
  }

  @Test func `a file over the limit is refused before it is read`() throws {
    try withTemporaryFile { file in
      try Data().write(to: file)
      let handle = try FileHandle(forWritingTo: file)
      // Nothing is written: the file is one hole.
      try handle.truncate(atOffset: 64 << 20 + 1)
      try handle.close()
      #expect(
        throws: TokenizerError.fileTooLarge(
          path: file.path, size: 64 << 20 + 1, limit: 64 << 20)
      ) {
        try BPETokenizer(contentsOf: file)
      }
    }
  }

  @Test func `an empty file is a typed error`() throws {
    try withTemporaryFile { file in
      try Data().write(to: file)
      let error = #expect(throws: TokenizerError.self) { try BPETokenizer(contentsOf: file) }
      #expect(error?.description.hasPrefix("\(file.path): the file: ") == true)
    }
  }
}
