import Foundation
import SpecDecodePlatform
import TestSupport
import Testing

@Suite struct MemoryLimitTests {
  /// The limits of a machine with these files.
  private static func limits(_ files: [String: String]) throws -> [MemoryLimit] {
    let root = try TemporaryDirectory()
    for (path, text) in files {
      let file = root.url.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: false, encoding: .utf8)
    }
    return LinuxMemory(root: root.url).limits
  }

  private static let status = "Name:\tswift\nVmSize:\t    3000 kB\nRssAnon:\t    1000 kB\n"

  @Test func `what other programs leave is memory and swap`() throws {
    let text = "MemTotal:  9000 kB\nMemFree:  1 kB\nMemAvailable:   700 kB\nSwapFree:   50 kB\n"
    #expect(
      try Self.limits(["proc/meminfo": text])
        == [MemoryLimit(byteCount: 750 << 10, cause: .otherPrograms)])
  }

  @Test(arguments: [
    ("0::/box/job\n", "box/job/memory.max"), ("0::/box/job\n", "box/memory.max"),
    ("4:memory:/box\n1:cpu:/other\n", "memory/box/memory.limit_in_bytes"),
    ("4:memory:/box\n", "memory/memory.limit_in_bytes"),
  ])
  func `a control group leaves its limit less what the process has`(
    groups: String, file: String
  ) throws {
    let limits = try Self.limits([
      "proc/self/status": Self.status, "proc/self/cgroup": groups,
      "sys/fs/cgroup/\(file)": "4096000\n",
    ])
    #expect(limits == [MemoryLimit(byteCount: 4_096_000 - 1_024_000, cause: .controlGroup)])
  }

  @Test func `the smallest limit of nested groups counts, and more than it is none left`() throws {
    let limits = try Self.limits([
      "proc/self/status": Self.status, "proc/self/cgroup": "0::/box/job\n",
      "sys/fs/cgroup/box/job/memory.max": "9000000", "sys/fs/cgroup/box/memory.max": "500000",
    ])
    #expect(limits == [MemoryLimit(byteCount: 0, cause: .controlGroup)])
  }

  @Test func `the address space leaves its limit less what is mapped`() throws {
    let text = """
      Limit                     Soft Limit           Hard Limit           Units
      Max stack size            8388608              unlimited            bytes
      Max address space         4096000              unlimited            bytes
      """
    #expect(
      try Self.limits(["proc/self/status": Self.status, "proc/self/limits": text])
        == [MemoryLimit(byteCount: 4_096_000 - 3_072_000, cause: .addressSpace)])
  }

  @Test func `files that are missing, say no limit or make no sense limit nothing`() throws {
    #expect(try Self.limits([:]).isEmpty)
    #expect(
      try Self.limits([
        "proc/meminfo": "MemAvailable: lots kB\n\u{0}", "proc/self/cgroup": "0::/a\n5:x\n\n::",
        "sys/fs/cgroup/a/memory.max": "max\n", "sys/fs/cgroup/memory.max": "",
        "proc/self/limits": "Max address space  unlimited  unlimited  bytes\n",
      ]).isEmpty)
    #expect(try Self.limits(["proc/meminfo": "MemAvailable: \(Int.max) kB\n"]).isEmpty)
  }

  @Test func `this machine has some memory, and no more than is built in`() {
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    #expect((1...memory).contains(MemoryLimit.current.byteCount))
  }
}
