System.Console.WriteLine("mesh");
