import Foundation
import SpecDecodePlatform
import Testing

/// A folder with the files of Linux that tell of processors.
private struct Machine: ~Copyable {
  let root = FileManager.default.temporaryDirectory.appending(path: "machine-\(UUID())")

  init(_ files: [String: String]) throws {
    for (path, text) in files {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: false, encoding: .utf8)
    }
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  var usableCount: Int { LinuxProcessors(root: root).usableCount }
  var name: String? { LinuxProcessors(root: root).name }
}

@Suite struct LinuxProcessorsTests {
  private func status(_ list: String) -> String {
    "Name:\tswift\nCpus_allowed:\tff\nCpus_allowed_list:\t\(list)\nMems_allowed:\t1\n"
  }

  @Test(arguments: [("0", 1), ("0-7", 8), ("0-1,4,6-7", 5), ("3,3", 1)])
  func `processors of the affinity mask count, one a core`(list: String, count: Int) throws {
    let machine = try Machine(["proc/self/status": status(list)])
    #expect(machine.usableCount == count)
  }

  @Test func `hardware threads of one core count once`() throws {
    var files = ["proc/self/status": status("0-2,4-6")]
    for processor in 0..<8 {
      files["sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"] =
        "\(processor % 4),\(processor % 4 + 4)\n"
    }
    let machine = try Machine(files)
    #expect(machine.usableCount == 3)
  }

  @Test(arguments: [
    ("max 100000", 8), ("250000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8),
    ("nonsense", 8), ("", 8),
  ])
  func `the quota of a unified control group limits them`(limit: String, count: Int) throws {
    let machine = try Machine([
      "proc/self/status": status("0-7"), "proc/self/cgroup": "0::/box/job\n",
      "sys/fs/cgroup/box/job/cpu.max": limit + "\n",
    ])
    #expect(machine.usableCount == count)
  }

  @Test func `so does the quota of a group further up`() throws {
    let machine = try Machine([
      "proc/self/status": status("0-7"), "proc/self/cgroup": "0::/box/job\n",
      "sys/fs/cgroup/box/job/cpu.max": "max 100000\n",
      "sys/fs/cgroup/box/cpu.max": "300000 100000\n",
    ])
    #expect(machine.usableCount == 3)
  }

  @Test(arguments: [("-1", 8), ("400000", 4)])
  func `so does the quota of the older kind of group`(quota: String, count: Int) throws {
    let machine = try Machine([
      "proc/self/status": status("0-7"),
      "proc/self/cgroup": "12:memory:/box\n4:cpu,cpuacct:/box\n",
      "sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": quota + "\n",
      "sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
    ])
    #expect(machine.usableCount == count)
  }

  @Test(arguments: ["x", "5-3", "1-2-3", "0-99999999", "-4", ""])
  func `a list that is none leaves the system's own count`(list: String) throws {
    let machine = try Machine(["proc/self/status": status(list)])
    #expect(machine.usableCount == max(1, ProcessInfo.processInfo.activeProcessorCount))
  }

  @Test(arguments: [
    ("processor\t: 0\nmodel name\t: AMD EPYC\n\nprocessor\t: 1\nmodel name\t: B\n", "AMD EPYC"),
    (
      "processor\t: 0\nCPU implementer\t: 0x41\nCPU variant\t: 0x3\nCPU part\t: 0xd40\n",
      "Arm, implementer 0x41, part 0xd40"
    ),
    ("processor\t: 0\n", nil), ("", nil),
  ])
  func `the name is what the processor says of itself`(text: String, name: String?) throws {
    #expect(try Machine(["proc/cpuinfo": text]).name == name)
  }
}
