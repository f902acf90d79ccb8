import Foundation
package import Kernels

/// Where and what was measured.
package struct MachineDescription: Sendable, Encodable {
  /// The processor's name.
  package let processor: String
  /// Physical cores that this process may use.
  package let coreCount: Int
  /// What the kernels ran on.
  package let instructionSet: String
  /// The commit of the working directory, with a plus sign if files differ from it.
  package let commit: String
  /// When, in UTC.
  package let date: String

  /// This machine, now.
  package init(instructionSet: InstructionSet) {
    processor = Self.processorName
    coreCount = WorkerTeam.defaultSize
    self.instructionSet = instructionSet.rawValue
    let isClean = Self.git("status", "--porcelain", "--untracked-files=no") == ""
    commit = (Self.git("rev-parse", "--short", "HEAD") ?? "unknown") + (isClean ? "" : "+")
    date = Date.now.formatted(.iso8601)
  }

  /// One line.
  package var text: String {
    "\(processor), \(coreCount) cores, \(instructionSet), commit \(commit), \(date)\n"
  }

  private static var processorName: String {
    let file = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = file.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
  }

  private static func git(_ arguments: String...) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
