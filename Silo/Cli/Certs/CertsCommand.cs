using System.CommandLine;
using System.Security.Cryptography;

namespace Mesh.Silo.Cli.Certs;

/// <summary><c>mesh certs</c>: a certificate authority in a directory, for development and tests. It speaks to nobody.</summary>
internal static class CertsCommand
{
    private const int MaxDays = 3650;

    public static Command Create() => new("certs", "Make a local certificate authority and certificates, for development.") { Authority(), Issue() };

    private static Command Authority()
    {
        Argument<string> directory = Directory();
        Command command = new("ca", "Make an authority: ca.pem, to be trusted by clients, and ca.key, to be kept.") { directory };
        command.SetAction(parsed => Try(() => (string[])[LocalAuthority.Create(parsed.GetValue(directory)!, TimeProvider.System)]));
        return command;
    }

    private static Command Issue()
    {
        Argument<string> directory = Directory();
        Argument<string[]> names = new("name") { Description = "Host names, wildcards such as *.shop.test, or IP addresses", Arity = ArgumentArity.OneOrMore };
        Option<bool> rsa = new("--rsa") { Description = "An RSA key of 2048 bits instead of an ECDSA key on P-256" };
        Option<int> days = new("--days") { Description = $"Days until it expires, at most {MaxDays} and no longer than the authority", DefaultValueFactory = _ => LeafRequest.DefaultDays };
        days.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > MaxDays)
            {
                given.AddError($"--days: a number from 1 to {MaxDays}");
            }
        });
        Command command = new("issue", "Make a certificate for servers and clients: <first name>.pem and <first name>.key.") { directory, names, rsa, days };
        command.SetAction(parsed => Try(() =>
            LocalAuthority.Open(parsed.GetValue(directory)!).Issue(new LeafRequest(parsed.GetValue(names)!, parsed.GetValue(rsa), parsed.GetValue(days)), TimeProvider.System)));
        return command;
    }

    private static Argument<string> Directory() => new("directory") { Description = "Where the authority is; made when it does not exist" };

    /// <summary>Prints the files that were made, or one line about why there are none.</summary>
    private static int Try(Func<IReadOnlyList<string>> make)
    {
        try
        {
            foreach (string file in make())
            {
                Console.WriteLine(file);
            }

            return ExitCodes.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            Console.Error.WriteLine($"mesh: {failure.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Failure;
        }
    }
}
