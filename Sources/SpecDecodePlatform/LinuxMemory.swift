package import Foundation

/// What Linux tells of the memory that a process may still use: what is free, the limit of its
/// control groups, and that of its address space.
package struct LinuxMemory {
  private let files: LinuxFiles

  /// - Parameter root: the folder that holds `proc` and `sys`; another one in tests.
  package init(root: URL = URL(filePath: "/")) {
    files = LinuxFiles(root: root)
  }

  /// The limits that there are, in bytes; none where a file is missing or says none.
  package var limits: [MemoryLimit] {
    let status = numbers("proc/self/status")
    var limits: [MemoryLimit] = []
    if let free = available {
      limits.append(MemoryLimit(byteCount: free, cause: .otherPrograms))
    }
    if let group = groupLimit {
      // Of the group's memory this process's own is known; a cache of files gives way.
      let used = status["RssAnon"] ?? 0
      limits.append(MemoryLimit(byteCount: max(group - used, 0), cause: .controlGroup))
    }
    if let space = addressSpace {
      let used = status["VmSize"] ?? 0
      limits.append(MemoryLimit(byteCount: max(space - used, 0), cause: .addressSpace))
    }
    return limits
  }

  /// Memory that can be had without writing other programs' to swap, and free swap.
  private var available: Int? {
    let memory = numbers("proc/meminfo")
    guard let available = memory["MemAvailable"] else { return nil }
    let (sum, overflow) = available.addingReportingOverflow(memory["SwapFree"] ?? 0)
    return overflow ? nil : sum
  }

  /// The smallest limit of the group and those it is in, of either kind.
  private var groupLimit: Int? {
    files.groups(of: "memory").compactMap { group in
      files.words(
        group.isUnified
          ? "sys/fs/cgroup\(group.path)/memory.max"
          : "sys/fs/cgroup/memory\(group.path)/memory.limit_in_bytes"
      ).first.flatMap { Int($0) }
    }.min()
  }

  /// "Max address space   8589934592   unlimited   bytes".
  private var addressSpace: Int? {
    files.text("proc/self/limits")?.split(separator: "\n")
      .first { $0.hasPrefix("Max address space ") }?
      .split(whereSeparator: \.isWhitespace).dropFirst(3).first.flatMap { Int($0) }
  }

  /// The lines "name: number kB" of a file, in bytes.
  private func numbers(_ path: String) -> [Substring: Int] {
    var numbers: [Substring: Int] = [:]
    for line in files.text(path)?.split(separator: "\n") ?? [] {
      let words = line.split { $0.isWhitespace || $0 == ":" }
      guard words.count == 3, words[2] == "kB", let count = Int(words[1]) else { continue }
      let (bytes, overflow) = count.multipliedReportingOverflow(by: 1024)
      if !overflow { numbers[words[0]] = bytes }
    }
    return numbers
  }
}
