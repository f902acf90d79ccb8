import Foundation

/// What it takes to make the output of a run again.
package struct RunProvenance: Sendable, Equatable {
  /// The prompt as it was given.
  package var prompt: [UInt8]?
  /// When the run began, in UTC, ISO 8601.
  package var started: String?
  /// The commit of the program's source, with a plus sign if files differ from it.
  package var commit: String?
  /// Where it ran.
  package var machine: MachineRecord?
  /// SHA-256 of the verifier's weights, as `specdecode inspect` prints it.
  package var verifierFingerprint: String?
  /// That of the drafter.
  package var drafterFingerprint: String?

  /// Collects what is known.
  package init(
    prompt: [UInt8]? = nil, started: String? = nil, commit: String? = nil,
    machine: MachineRecord? = nil, verifierFingerprint: String? = nil,
    drafterFingerprint: String? = nil
  ) {
    self.prompt = prompt
    self.started = started
    self.commit = commit
    self.machine = machine
    self.verifierFingerprint = verifierFingerprint
    self.drafterFingerprint = drafterFingerprint
  }
}

extension RunProvenance: ReportObject {
  /// Writes every key; of the prompt's two the one that can hold it.
  package var fields: [Field] {
    let text = prompt.flatMap { String(validating: $0, as: UTF8.self) }
    return [
      ("prompt_text", text),
      ("prompt_base64", text == nil ? prompt.map { Data($0).base64EncodedString() } : nil),
      ("started", started),
      ("commit", commit),
      ("machine", machine),
      ("verifier_fingerprint", verifierFingerprint),
      ("drafter_fingerprint", drafterFingerprint),
    ]
  }
}
