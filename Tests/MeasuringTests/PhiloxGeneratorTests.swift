import Measuring
import Testing

struct PhiloxGeneratorTests {
  private func words(seed: UInt64, stream: UInt32) -> [UInt64] {
    var generator = PhiloxGenerator(seed: seed, stream: stream)
    return (0..<8).map { _ in generator.next() }
  }

  @Test func `seed and stream decide the numbers`() {
    #expect(words(seed: 1, stream: 2) == words(seed: 1, stream: 2))
    #expect(Set(words(seed: 1, stream: 2)).count == 8)
    #expect(Set(words(seed: 1, stream: 2)).isDisjoint(with: words(seed: 1, stream: 3)))
    #expect(Set(words(seed: 1, stream: 2)).isDisjoint(with: words(seed: 2, stream: 2)))
  }

  @Test func `uniform numbers fill the interval without its ends`() {
    var generator = PhiloxGenerator(seed: 1, stream: 0)
    let numbers = (0..<10_000).map { _ in generator.uniform() }
    #expect(numbers.allSatisfy { $0 > 0 && $0 < 1 })
    let mean = numbers.reduce(0, +) / 10_000
    // Four standard deviations of the mean: 4 / sqrt(12 * 10,000).
    #expect((mean - 0.5).magnitude < 0.0116)
  }
}
