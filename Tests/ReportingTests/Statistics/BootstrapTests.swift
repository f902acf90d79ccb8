import DecodingCore
import Foundation
import Reporting
import Testing

struct BootstrapTests {
  /// Independent normal numbers (Box and Muller).
  private static func normals(_ count: Int, seed: UInt64) -> [Double] {
    (0..<count).map { index in
      let (first, second) = Philox.uniforms(
        seed: seed, position: UInt64(index), pair: 0, stream: .accept)
      return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
    }
  }

  @Test func `the same seed gives the same interval and another seed another`() {
    let values = Self.normals(12, seed: 1)
    let first = Bootstrap(unitCount: 12, seed: 5, resamples: 500).meanInterval(values)
    #expect(first == Bootstrap(unitCount: 12, seed: 5, resamples: 500).meanInterval(values))
    #expect(first != Bootstrap(unitCount: 12, seed: 6, resamples: 500).meanInterval(values))
  }

  @Test(arguments: [0, 1])
  func `fewer than two units have no interval`(count: Int) {
    let values = [Double](repeating: 1, count: count)
    #expect(Bootstrap(unitCount: count, seed: 0).meanInterval(values) == nil)
  }

  @Test func `the draws are those that the documentation states`() {
    let bootstrap = Bootstrap(unitCount: 6, seed: 3 << 32 | 9, resamples: 20)
    for resample in 0..<20 {
      let draws = (0..<6).map { draw in
        let words = Philox.words(
          counter: SIMD4(UInt32(resample), UInt32(draw / 4), 0, 4), key: SIMD2(9, 3))
        return Int(UInt64(words[draw % 4]) * 6 / (1 << 32))
      }
      #expect(bootstrap.units(of: resample) == draws)
    }
  }

  /// What an interval is for: of 95 % intervals about 95 in 100 hold the truth, for as few units as
  /// a category has and for as many as the whole, when both sides are the same.
  @Test(arguments: [5, 12, 40])
  func `of intervals of the same configuration twice 89 to 98 in 100 hold 1`(units: Int) {
    let bootstrap = Bootstrap(unitCount: units, seed: 0, resamples: 2000)
    let trials = 300
    let ratios = (0..<trials).map { trial in
      let noise = Self.normals(3 * units, seed: UInt64(trial + 1))
      // Prompts of different length, and a disturbance of some that only slows.
      let first = (0..<units).map { exp(0.5 * noise[$0] + 0.05 * noise[units + $0]) }
      let second = (0..<units).map { exp(0.5 * noise[$0] + 0.05 * noise[2 * units + $0]) }
      return (above: first, below: second)
    }
    let held = bootstrap.intervals(ratios).count { $0?.contains(1) == true }
    #expect((0.89...0.98).contains(Double(held) / Double(trials)), "\(held) of \(trials)")
  }

  @Test func `the interval of a real difference excludes 1`() throws {
    let noise = Self.normals(80, seed: 3)
    let first = (0..<40).map { 1.5 * exp(0.1 * noise[$0]) }
    let second = (0..<40).map { exp(0.1 * noise[40 + $0]) }
    let interval = try #require(
      Bootstrap(unitCount: 40, seed: 0, resamples: 1000).ratioInterval(first, second))
    #expect(interval.lower > 1.3 && interval.upper < 1.7)
  }

  @Test func `quartiles interpolate between the nearest values`() throws {
    let spread = try #require(Quantiles([4, 1, 3, 2]))
    #expect(spread.minimum == 1 && spread.maximum == 4)
    #expect(spread.lowerQuartile == 1.75 && spread.median == 2.5 && spread.upperQuartile == 3.25)
    #expect(Quantiles([]) == nil)
  }
}
