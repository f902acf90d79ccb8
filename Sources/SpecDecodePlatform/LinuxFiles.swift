import Foundation

/// The files in which Linux tells of a process and its control groups.
struct LinuxFiles {
  /// The folder that holds `proc` and `sys`.
  let root: URL

  /// A control group that the process is in, or one that holds that.
  struct Group {
    /// Of the one tree of cgroup v2, else of the trees of v1.
    let isUnified: Bool
    /// As in `/a/b`; empty for the outermost.
    let path: String
  }

  /// The text of a file; nil when there is none.
  func text(_ path: String) -> String? {
    try? String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The words of a file; none when there is no file.
  func words(_ path: String) -> [Substring] {
    text(path)?.split(whereSeparator: \.isWhitespace) ?? []
  }

  /// The groups that limit what a controller gives out, as "memory", those they are in included.
  func groups(of controller: String) -> [Group] {
    (text("proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line -> [Group] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let controllers = fields[1].split(separator: ",")
      guard controllers.isEmpty || controllers.contains(Substring(controller)) else { return [] }
      let names = fields[2].split(separator: "/")
      return (0...names.count).map { count in
        Group(
          isUnified: controllers.isEmpty,
          path: names.prefix(count).map { "/" + $0 }.joined())
      }
    }
  }
}
