import Kernels
import Testing

struct MemoryReadRateTests {
  @Test(arguments: [0, 1, 2, 15, 16, 17, 1000])
  func `bits are folded over a range and nothing beside it`(count: Int) {
    let values = (0..<1010).map { Float($0) * 1.1 - 300 }
    let folded = FloatBuffer(values).foldedBits(in: 5..<5 + count)
    #expect(folded == values[5..<5 + count].reduce(0) { $0 ^ $1.bitPattern })
  }

  @Test(arguments: [1, 2])
  func `a team reads all of a buffer at a speed above 0`(threads: Int) {
    let team = WorkerTeam(size: threads, instructionSet: .best)
    let rate = MemoryReadRate(byteCount: 1, team: team)
    #expect(rate.byteCount == 1 << 20)
    #expect(rate.measure() > 0)
  }
}
