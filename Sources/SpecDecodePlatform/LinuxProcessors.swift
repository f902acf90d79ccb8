package import Foundation

/// What Linux tells of the processors that a process may use: the affinity mask, the cores behind
/// hardware threads, and the quota of the control groups it is in.
package struct LinuxProcessors {
  private let files: LinuxFiles

  /// - Parameter root: the folder that holds `proc` and `sys`; another one in tests.
  package init(root: URL = URL(filePath: "/")) {
    files = LinuxFiles(root: root)
  }

  /// Physical cores in the affinity mask, at most as many as the quota pays for; at least 1.
  package var usableCount: Int {
    let cores = coreCount ?? ProcessInfo.processInfo.activeProcessorCount
    return max(1, Int(min(Double(cores), quota ?? .infinity)))
  }

  /// What the first processor calls itself. Arm's have numbers for a name.
  package var name: String? {
    var fields: [String: String] = [:]
    for line in (files.text("proc/cpuinfo") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let field = parts[0].trimmingCharacters(in: .whitespaces)
      if fields[field] == nil { fields[field] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    if let name = fields["model name"] { return name }
    guard let implementer = fields["CPU implementer"], let part = fields["CPU part"] else {
      return nil
    }
    return "Arm, implementer \(implementer), part \(part)"
  }

  /// Distinct cores among the allowed processors.
  private var coreCount: Int? {
    guard
      let list = files.text("proc/self/status")?.split(separator: "\n")
        .first(where: { $0.hasPrefix("Cpus_allowed_list:") })?.split(separator: ":").last,
      let processors = Self.numbers(in: list), !processors.isEmpty
    else { return nil }
    let cores = processors.map { processor in
      files.text("sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list")
        ?? "\(processor)"
    }
    return Set(cores).count
  }

  /// Processors' worth of time; nil without a limit. The smallest of the group and those it is in.
  private var quota: Double? {
    files.groups(of: "cpu").compactMap { group in
      if group.isUnified {
        // "150000 100000", or "max 100000".
        let words = files.words("sys/fs/cgroup\(group.path)/cpu.max")
        return Self.share(words.first, of: words.last)
      }
      // Microseconds in two files; -1 without a limit.
      let folder = "sys/fs/cgroup/cpu\(group.path)"
      return Self.share(
        files.words("\(folder)/cpu.cfs_quota_us").first,
        of: files.words("\(folder)/cpu.cfs_period_us").first)
    }.min()
  }

  private static func share(_ quota: Substring?, of period: Substring?) -> Double? {
    guard let quota = quota.flatMap({ Double($0) }), let period = period.flatMap({ Double($0) }),
      quota > 0, period > 0
    else { return nil }
    return quota / period
  }

  /// "0-2,5" -> 0, 1, 2, 5; nil when it is no such list.
  private static func numbers(in list: Substring) -> [Int]? {
    var numbers: [Int] = []
    for part in list.filter({ !$0.isWhitespace }).split(separator: ",") {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first >= 0, first <= last, last < 1 << 16
      else { return nil }
      numbers += first...last
    }
    return numbers
  }
}
