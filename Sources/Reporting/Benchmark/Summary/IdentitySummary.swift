/// Whether a configuration wrote its baseline's bytes.
package struct IdentitySummary: Sendable, Equatable, Encodable {
  /// Samples that were compared.
  package let compared: Int
  /// Those that differ.
  package let differing: Int
  /// The first of those, in the order of the run.
  package let firstDifference: Difference?

  /// A sample that differs.
  package struct Difference: Sendable, Equatable, Encodable {
    /// The prompt's index.
    package let prompt: Int
    /// The repetition.
    package let repetition: Int
    /// The first byte that differs, from 0.
    package let byte: Int?
  }

  /// Whether every sample was the baseline's; nil when none was compared.
  package var isIdentical: Bool? { compared > 0 ? differing == 0 : nil }

  /// Counts samples.
  package init(_ samples: [BenchmarkSample]) {
    let differing = samples.filter { $0.identical == false }
    compared = samples.count { $0.identical != nil }
    self.differing = differing.count
    firstDifference = differing.min { $0.order < $1.order }.map {
      Difference(prompt: $0.prompt, repetition: $0.repetition, byte: $0.firstDifference)
    }
  }
}
