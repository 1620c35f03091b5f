using BenchmarkDotNet.Running;
using Mesh.Benchmarks.Routing;

// "scale" prints load time, memory, change and match times of route tables of growing size within seconds;
// anything else goes to BenchmarkDotNet (for example: --filter '*Match*' --job short).
if (args is ["scale"])
{
    RouteScale.Print(Console.Out);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(RouteScale).Assembly).Run(args);
