import Mamba
import Synchronization
import TestSupport
import Testing

/// The rules of windows hold on a device that is no processor.
@Suite struct SeamTests {
  private let backend = FakeBackend(vocabularySize: 12)

  private func session(windowLimit: Int = 8) throws -> MambaSession {
    let model = MambaModel(
      configuration: try ModelVariant.float32.load().configuration, backend: backend)
    return MambaSession(model: model, windowLimit: windowLimit)
  }

  private func row(_ session: MambaSession, after index: Int) -> [Float] {
    session.withLogits(after: index) { row in row.indices.map { row[$0] } }
  }

  @Test(arguments: 0...6)
  func `rolling back leaves what consuming the kept tokens gives`(depth: Int) throws {
    let session = try session()
    try session.consume([1, 2, 3])
    try session.verify([4, 5, 6, 7, 8, 9])
    session.rollBack(toFirst: depth)
    try session.consume([3], logits: 0..<12)
    let plain = try self.session()
    let kept = [1, 2, 3] + [4, 5, 6, 7, 8, 9].prefix(depth)
    try plain.consume((kept + [3])[...], logits: 0..<12)
    #expect(row(session, after: 0) == row(plain, after: 0))
    #expect(session.state.values == plain.state.values)
  }

  @Test func `a window that is not rolled back is kept whole`() throws {
    let session = try session()
    try session.verify([4, 5, 6])
    try session.verify([7])
    let plain = try self.session()
    try plain.consume([4, 5, 6, 7], logits: 0..<12)
    #expect(row(session, after: 0) == row(plain, after: 0))
  }

  @Test func `long texts come in chunks of the device`() throws {
    let session = try session()
    try session.consume(Array(repeating: 1, count: 12)[...])
    #expect(backend.passes.withLock { $0 } == [5, 5, 2])
  }

  @Test func `a state returns to a snapshot and to the host's copy`() throws {
    let session = try session()
    try session.consume([1, 2, 3])
    let (snapshot, state) = (session.makeSnapshot(), session.state)
    session.save(into: snapshot)
    try session.verify([4, 5])
    session.restore(snapshot)
    #expect(session.state.values == state.values)
    try session.consume([9])
    session.restore(state)
    #expect(session.state.values == state.values)
  }

  @Test func `a session becomes what another was before its window`() throws {
    let (session, copy) = (try session(), try self.session())
    try session.consume([1, 2, 3])
    try session.verify([4, 5])
    try copy.verify([7])
    copy.copyState(of: session)
    session.rollBack(toFirst: 0)
    #expect(copy.state.values == session.state.values)
  }
}
