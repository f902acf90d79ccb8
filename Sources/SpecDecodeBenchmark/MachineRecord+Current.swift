import Foundation
import Kernels
package import Reporting
import SpecDecodePlatform

extension MachineRecord {
  /// The machine that the program runs on.
  package static var current: MachineRecord {
    let process = ProcessInfo.processInfo
    return MachineRecord(
      processor: ProcessorName.current ?? "unknown", cores: WorkerTeam.defaultSize,
      system: process.operatingSystemVersionString,
      memoryBytes: Int(clamping: process.physicalMemory))
  }
}
