internal import CKernels

/// One thread's part in a pass: kernels called on it compute its share and return without waiting
/// for the other members.
///
/// The shares of two kernels over equally many blocks are the same blocks, so that a kernel may
/// read what the same member wrote without a barrier.
@safe
package struct TeamMember {
  /// 0 to `count - 1`.
  package let index: Int

  /// Members who take part in the pass.
  package let count: Int

  private let team: TeamBarrier
  let quantized: QuantizedActivations
  // SAFETY: points to one of the C tables, which are constant and never go away.
  let kernels: UnsafePointer<ck_table>
  // SAFETY: this member's alone during the pass. A pointer, because a reference would be counted.
  private let record: UnsafeMutablePointer<PassLog.Record>?

  init(
    index: Int, count: Int, barrier: TeamBarrier, kernels: UnsafePointer<ck_table>,
    quantized: QuantizedActivations, record: UnsafeMutablePointer<PassLog.Record>?
  ) {
    self.index = index
    self.count = count
    team = barrier
    self.quantized = quantized
    unsafe self.kernels = kernels
    unsafe self.record = record
  }

  /// Waits until every member who takes part has come here: what they wrote before may be read after.
  package func barrier() {
    team.wait(as: index)
    log(.waiting)
  }

  /// Tells the log, if there is one, that a part of the pass has ended.
  func log(_ part: PassLog.Part) {
    unsafe record?.pointee.append(part)
  }

  /// This member's part of a range of blocks: contiguous, in the order of members.
  package func share(of blocks: Range<Int>) -> Range<Int> {
    let begin = blocks.lowerBound + blocks.count * index / count
    let end = blocks.lowerBound + blocks.count * (index + 1) / count
    return begin..<end
  }
}
