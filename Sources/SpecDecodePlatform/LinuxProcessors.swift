package import Foundation

/// What Linux tells of the processors that a process may use: the affinity mask, the cores behind
/// hardware threads, and the quota of the control groups it is in.
package struct LinuxProcessors {
  private let root: URL

  /// - Parameter root: the folder that holds `proc` and `sys`; another one in tests.
  package init(root: URL = URL(filePath: "/")) {
    self.root = root
  }

  /// Physical cores in the affinity mask, at most as many as the quota pays for; at least 1.
  package var usableCount: Int {
    let cores = coreCount ?? ProcessInfo.processInfo.activeProcessorCount
    return max(1, Int(min(Double(cores), quota ?? .infinity)))
  }

  /// Distinct cores among the allowed processors.
  private var coreCount: Int? {
    guard
      let list = text("proc/self/status")?.split(separator: "\n")
        .first(where: { $0.hasPrefix("Cpus_allowed_list:") })?.split(separator: ":").last,
      let processors = Self.numbers(in: list), !processors.isEmpty
    else { return nil }
    let cores = processors.map { processor in
      text("sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list")
        ?? "\(processor)"
    }
    return Set(cores).count
  }

  /// Processors' worth of time; nil without a limit. The smallest of the group and those it is in.
  private var quota: Double? {
    let lines = text("proc/self/cgroup")?.split(separator: "\n") ?? []
    return lines.flatMap { line -> [Double] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let controllers = fields[1].split(separator: ",")
      guard controllers.isEmpty || controllers.contains("cpu") else { return [] }
      return Self.ancestors(of: fields[2]).compactMap {
        controllers.isEmpty ? unifiedQuota(of: $0) : legacyQuota(of: $0)
      }
    }.min()
  }

  /// cgroup v2: "150000 100000", or "max 100000".
  private func unifiedQuota(of group: String) -> Double? {
    let fields = text("sys/fs/cgroup\(group)/cpu.max")?.split(whereSeparator: \.isWhitespace)
    return Self.share(fields?.first, of: fields?.last)
  }

  /// cgroup v1: microseconds in two files; -1 without a limit.
  private func legacyQuota(of group: String) -> Double? {
    Self.share(
      text("sys/fs/cgroup/cpu\(group)/cpu.cfs_quota_us")?.split(whereSeparator: \.isWhitespace)
        .first,
      of: text("sys/fs/cgroup/cpu\(group)/cpu.cfs_period_us")?
        .split(whereSeparator: \.isWhitespace).first)
  }

  private static func share(_ quota: Substring?, of period: Substring?) -> Double? {
    guard let quota = quota.flatMap({ Double($0) }), let period = period.flatMap({ Double($0) }),
      quota > 0, period > 0
    else { return nil }
    return quota / period
  }

  /// "/a/b" -> "/a/b", "/a", "".
  private static func ancestors(of group: Substring) -> [String] {
    let names = group.split(separator: "/")
    return (0...names.count).reversed().map { count in
      names.prefix(count).map { "/" + $0 }.joined()
    }
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

  private func text(_ path: String) -> String? {
    try? String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}
