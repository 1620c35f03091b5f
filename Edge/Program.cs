System.Console.WriteLine("mesh-edge");
