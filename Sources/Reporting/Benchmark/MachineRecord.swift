/// Where a benchmark ran.
package struct MachineRecord: Sendable, Equatable, Codable {
  /// The processor's name.
  package var processor: String
  /// Physical cores that the process may use.
  package var cores: Int
  /// The operating system's name and version.
  package var system: String
  /// Memory of the machine.
  package var memoryBytes: Int

  /// Describes a machine.
  package init(processor: String, cores: Int, system: String, memoryBytes: Int) {
    self.processor = processor
    self.cores = cores
    self.system = system
    self.memoryBytes = memoryBytes
  }

  private enum CodingKeys: String, CodingKey {
    case processor, cores, system
    case memoryBytes = "memory_bytes"
  }
}
