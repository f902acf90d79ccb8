package import SpecDecodePlatform

/// What sessions of one model take in memory when they share passes, in bytes.
public struct SharingMemory: Sendable, Equatable {
  /// A session's state, with the one that a rollback returns to.
  public let session: Int

  /// The buffers in which a session reads a prompt.
  public let prompt: Int

  /// The buffers of a shared pass, for each of its positions.
  public let position: Int

  /// Joins the parts.
  public init(session: Int, prompt: Int, position: Int) {
    self.session = session
    self.prompt = prompt
    self.position = position
  }

  /// Checks that there is memory for what is about to begin.
  ///
  /// - Parameters:
  ///   - sessions: how many will share passes.
  ///   - prompts: how many of them read one.
  ///   - positions: the most of a pass.
  ///   - others: bytes that the results take.
  /// - Throws: `DecodingError.tooManyAtOnce`.
  package func require(
    sessions: Int, prompts: Int, positions: Int, others: Int = 0, limit: MemoryLimit = .current
  ) throws(DecodingError) {
    let parts = [(sessions, session), (prompts, prompt), (positions, position), (1, others)]
    let need = parts.reduce(0) { sum, part in
      let (bytes, isHuge) = part.0.multipliedReportingOverflow(by: part.1)
      let (next, overflow) = sum.addingReportingOverflow(bytes)
      return isHuge || overflow ? .max : next
    }
    guard need <= limit.byteCount else {
      throw .tooManyAtOnce(sequences: sessions, byteCount: need, limit: limit)
    }
  }
}
