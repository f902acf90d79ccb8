import Foundation
import SpecDecodeCommands

@main
enum Main {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().map { Array($0.utf8) }
    exit(SpecDecodeProgram.run(arguments: arguments))
  }
}
