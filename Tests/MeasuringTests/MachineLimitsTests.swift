import Measuring
import Testing

struct MachineLimitsTests {
  @Test(arguments: [1, 2])
  func `each limit is a rate that a computer can have`(threads: Int) {
    for rate in [
      MachineLimits.readRate(byteCount: 1 << 20, threads: threads),
      MachineLimits.floatRate(threads: threads), MachineLimits.int8Rate(threads: threads),
    ] {
      #expect(rate > 1e6 && rate < 1e15)
    }
  }

  @Test func `a small buffer is read no less than a block a thread`() {
    #expect(MachineLimits.readRate(byteCount: 0, threads: 2) > 0)
  }
}
