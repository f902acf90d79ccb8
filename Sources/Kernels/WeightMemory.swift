internal import Foundation

/// Where the packed weights of a model lie: one after another in large blocks, on pages of 2 MiB
/// where the system gives them.
///
/// A pass reads all weights once. On pages of 4 KiB the processor would look up thousands of
/// addresses and its prefetchers would stop at each page's end.
@safe
package final class WeightMemory {
  /// The pages asked for, and what blocks are aligned to.
  private static let pageSize = 2 << 20
  /// A block that holds small matrices; a larger matrix gets a block of its own size.
  private static let blockSize = 32 << 20
  /// Panels begin on a cache line.
  private static let alignment = 64

  private var block: Block?
  private var used = 0

  /// Memory that holds nothing yet.
  package init() {}

  /// Room for `byteCount` bytes; it lasts as long as the block it lies in.
  func reserve(_ byteCount: Int) -> (block: Block, offset: Int) {
    if let block, block.byteCount - used >= byteCount {
      defer { used += Self.roundedUp(byteCount, to: Self.alignment) }
      return (block, used)
    }
    let size = max(Self.blockSize, Self.roundedUp(byteCount, to: Self.pageSize))
    let fresh = Block(byteCount: size, alignment: Self.pageSize)
    block = fresh
    used = Self.roundedUp(byteCount, to: Self.alignment)
    return (fresh, 0)
  }

  /// The address space of the blocks that hold matrices of these sizes, taken in this order.
  ///
  /// - Parameter sizes: in bytes; with their blocks they fit an `Int`.
  package static func byteCount(ofMatrices sizes: [Int]) -> Int {
    var (whole, size, used) = (0, 0, 0)
    for byteCount in sizes {
      if size - used < byteCount {
        size = max(blockSize, roundedUp(byteCount, to: pageSize))
        whole += size + pageSize
        used = 0
      }
      used += roundedUp(byteCount, to: alignment)
    }
    return whole
  }

  private static func roundedUp(_ count: Int, to multiple: Int) -> Int {
    (count + multiple - 1) / multiple * multiple
  }

  /// Memory that is not touched, and so not taken from the system, before it is written.
  @safe
  final class Block: @unchecked Sendable {
    let byteCount: Int
    // SAFETY: allocated in `init`, freed in `deinit`; who reserved a part writes it before anyone
    // else can see it.
    let base: UnsafeMutableRawPointer

    init(byteCount: Int, alignment: Int) {
      self.byteCount = byteCount
      unsafe base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
      #if os(Linux)
        // Refused by some systems: then the pages are small ones.
        _ = unsafe madvise(base, byteCount, MADV_HUGEPAGE)
      #endif
    }

    deinit {
      unsafe base.deallocate()
    }
  }
}
