import Foundation
import SpecDecodePlatform
import Testing

/// Compiled kernels are committed beside their source; a script makes both, and this file's hashes.
@Suite struct KernelSourceTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/MambaCUDAKernels")

  @Test func `the compiled kernels are those of the source`() throws {
    let list = try String(
      contentsOf: Self.folder.appending(path: "kernels.sha256"), encoding: .utf8)
    let lines = list.split(separator: "\n")
    #expect(lines.count == 5)
    for line in lines {
      let parts = line.split(separator: " ")
      let file = Self.folder.appending(path: String(parts[1]))
      var digest = SHA256()
      digest.update(Array(try Data(contentsOf: file)))
      #expect(
        SHA256.hex(digest.finalize()) == parts[0],
        "\(parts[1]) has changed; run Experiments/Cuda/compile.sh")
    }
  }
}
