import Foundation
import Measuring

/// Writes a Mamba model with random weights. See README.md.
@main
struct RandomModel {
  static let usage = """
    usage: RandomModel OUT (--shape small|m130|mb353 | --d-model N --layers N --vocabulary N)
             [--dtype f32|bf16|f16] [--seed N]
    """

  static func main() {
    Experiment.run(usage: usage) {
      let arguments = try Arguments(
        CommandLine.arguments.dropFirst(),
        options: ["--shape", "--d-model", "--layers", "--vocabulary", "--dtype", "--seed"])
      guard arguments.positionals.count == 1 else { throw ArgumentError.missing(name: "OUT") }
      let encoding = try arguments.choice(
        "--dtype", of: ElementEncoding.allCases, name: \.rawValue)
      let directory = URL(filePath: arguments.positionals[0], directoryHint: .isDirectory)
      let model = RandomCheckpoint(
        shape: try shape(arguments), encoding: encoding ?? .f32,
        seed: UInt64(try arguments.integer("--seed", in: 0...Int.max, default: 1)))
      try model.write(to: directory)
    }
  }

  private static func shape(_ arguments: Arguments) throws -> ModelShape {
    if let shape = try arguments.choice("--shape", of: ModelShape.named, name: \.name) {
      return shape
    }
    func size(_ option: String, limit: Int) throws -> Int {
      guard arguments.text(option) != nil else { throw ArgumentError.missing(name: option) }
      return try arguments.integer(option, in: 1...limit, default: 1)
    }
    return ModelShape(
      name: "custom", hiddenSize: try size("--d-model", limit: 1 << 14),
      layerCount: try size("--layers", limit: 1 << 10),
      vocabularySize: try size("--vocabulary", limit: 1 << 20))
  }
}
