import Foundation
package import Kernels
import Reporting
import SpecDecodePlatform

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
    processor = ProcessorName.current ?? "unknown"
    coreCount = WorkerTeam.defaultSize
    self.instructionSet = instructionSet.rawValue
    commit =
      SourceCommit.checkedOut(in: URL(filePath: FileManager.default.currentDirectoryPath))
      ?? "unknown"
    date = Date.now.formatted(.iso8601)
  }

  /// One line.
  package var text: String {
    "\(processor), \(coreCount) cores, \(instructionSet), commit \(commit), \(date)\n"
  }
}
