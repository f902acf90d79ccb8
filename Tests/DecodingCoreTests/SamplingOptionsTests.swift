import DecodingCore
import Testing

@Suite struct SamplingOptionsTests {
  @Test(arguments: [0, -0.0, 0.7, 1, 100])
  func `temperatures from zero on are valid`(temperature: Double) throws {
    let options = SamplingOptions(temperature: temperature)
    try options.validate()
    #expect(ByteSampler(options: options).isGreedy == (temperature == 0))
  }

  @Test(
    arguments: [
      (-1, "-1.0"), (-0.001, "-0.001"), (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
    ] as [(Double, String)])
  func `other temperatures are typed errors that name the option, the value and the remedy`(
    temperature: Double, value: String
  ) {
    let error = DecodingError.invalidOption(
      name: "temperature", value: value, remedy: "give a number of at least 0")
    #expect(throws: error) { try SamplingOptions(temperature: temperature).validate() }
    #expect(
      error.description == "temperature cannot be \(value); give a number of at least 0")
  }

  @Test func `decoding is greedy by default`() {
    #expect(SamplingOptions() == SamplingOptions(temperature: 0, seed: 0))
  }

  @Test func `the error of a damaged model names it and the entry`() {
    let description = DecodingError.nonFiniteLogit(model: "verifier", index: 17).description
    #expect(description.contains("verifier") && description.contains("17"))
  }
}
