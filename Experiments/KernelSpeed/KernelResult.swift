import Measuring

/// A case, its times and the limits measured beside them.
struct KernelResult: Encodable {
  let label: KernelCase.Label
  /// Of one application.
  let seconds: Spread
  /// Bytes a second that the kernel read or wrote at least.
  let bytesPerSecond: Double
  /// Operations a second.
  let operationsPerSecond: Double
  /// Bytes a second of a loop that only reads, over a buffer of the same size.
  let readLimit: Spread
  /// Operations a second of a loop that only computes.
  let arithmeticLimit: Spread
  /// The time that the stricter of both limits would take over the time taken.
  let shareOfLimit: Double
  /// Whether the stricter limit is memory.
  let isMemoryBound: Bool

  init(_ measured: KernelCase, times: [Double], readRates: [Double], peaks: [Double]) {
    label = measured.label
    seconds = Spread(times)
    readLimit = Spread(readRates)
    arithmeticLimit = Spread(peaks)
    bytesPerSecond = measured.bytes / seconds.median
    operationsPerSecond = measured.operations / seconds.median
    let memory = measured.bytes / readLimit.median
    let arithmetic = measured.operations / arithmeticLimit.median
    isMemoryBound = memory >= arithmetic
    shareOfLimit = max(memory, arithmetic) / seconds.median
  }
}
