import Foundation
import SpecDecodeCommands

@main
enum Main {
  static func main() {
    exit(SpecDecodeProgram.run())
  }
}
