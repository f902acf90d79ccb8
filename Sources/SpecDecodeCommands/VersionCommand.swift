import Kernels

/// `specdecode version`: the version and the instruction sets.
enum VersionCommand: Command {
  static let specification = CommandSpecification.version

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let active = try InstructionSet.selected().rawValue
    let compiled = InstructionSet.compiled.map(\.rawValue).joined(separator: " ")
    let text = """
      specdecode \(SpecDecodeProgram.version)
      instruction sets   compiled: \(compiled)   active: \(active)
      threads            \(WorkerTeam.defaultSize) unless --threads says otherwise

      """
    try StandardOutput.write(Array(text.utf8))
    return .success
  }
}

extension CommandSpecification {
  static let version = CommandSpecification(
    name: "version",
    summary: "print the version, and the instruction sets that are compiled in and in use",
    examples: [
      Example("force a set of kernels", "SPECDECODE_ISA=scalar specdecode version")
    ])
}
