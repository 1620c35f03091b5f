using System.Diagnostics;

namespace Mesh.Silo.Tests.Cli.Certs;

[Collection<ConsoleCollection>]
public sealed class CertsCommandTests : IDisposable
{
    private readonly string directory = Path.Combine(Directory.CreateTempSubdirectory("mesh-certs-").FullName, "authority");

    [Theory]
    [InlineData("id-ecPublicKey")]
    [InlineData("rsaEncryption", "--rsa")]
    public async Task What_is_issued_holds_for_its_names_by_openssl(string algorithm, params string[] options)
    {
        Assert.Equal((0, Path.Combine(directory, "ca.pem"), ""), await Run("ca", directory));
        (int code, string output, _) = await Run(["issue", directory, "shop.test", "*.shop.test", "127.0.0.1", "::1", .. options]);

        Assert.Equal(0, code);
        Assert.Equal([Path.Combine(directory, "shop.test.pem"), Path.Combine(directory, "shop.test.key")], output.Split('\n'));
        foreach (string name in new[] { "-verify_hostname shop.test", "-verify_hostname a.shop.test", "-verify_ip 127.0.0.1", "-verify_ip ::1" })
        {
            Assert.Contains(": OK", await OpenSsl($"verify -x509_strict -CAfile ca.pem {name} -purpose sslserver shop.test.pem"), StringComparison.Ordinal);
        }

        Assert.Contains(": OK", await OpenSsl("verify -CAfile ca.pem -purpose sslclient shop.test.pem"), StringComparison.Ordinal);
        Assert.DoesNotContain(": OK", await OpenSsl("verify -CAfile ca.pem -verify_hostname other.test shop.test.pem"), StringComparison.Ordinal);
        Assert.Contains(algorithm, await OpenSsl("x509 -in shop.test.pem -noout -text"), StringComparison.Ordinal);
        Assert.Equal(await OpenSsl("x509 -in shop.test.pem -noout -pubkey"), await OpenSsl("pkey -in shop.test.key -pubout"));
    }

    [Fact]
    public async Task Keys_are_private_and_nothing_is_overwritten()
    {
        await Run("ca", directory);
        await Run("issue", directory, "a.test");
        if (!OperatingSystem.IsWindows())
        {
            foreach (string key in new[] { "ca.key", "a.test.key" })
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, key)));
            }
        }

        Dictionary<string, string> before = Directory.GetFiles(directory).ToDictionary(file => file, File.ReadAllText);
        Assert.Equal(4, before.Count);
        Assert.Contains("not overwritten", (await Run("ca", directory)).Errors, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("issue", directory, "a.test")).Code);
        File.Delete(Path.Combine(directory, "a.test.pem"));
        Assert.Equal(1, (await Run("issue", directory, "a.test")).Code);
        before.Remove(Path.Combine(directory, "a.test.pem"));
        Assert.Equal(before, Directory.GetFiles(directory).ToDictionary(file => file, File.ReadAllText));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/b")]
    [InlineData("*.*.test")]
    [InlineData("a..test")]
    [InlineData("")]
    public async Task What_is_no_name_is_refused(string name)
    {
        await Run("ca", directory);
        (int code, _, string errors) = await Run("issue", directory, name);

        Assert.Equal(1, code);
        Assert.Contains("neither a host name", errors, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Without_an_authority_it_says_how_to_make_one()
    {
        (int code, _, string errors) = await Run("issue", directory, "a.test");
        Assert.Equal(1, code);
        Assert.Contains("mesh certs ca", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(directory)!, recursive: true);

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        (int code, string output, string errors) = await CommandLine.Run(["certs", .. arguments]);
        return (code, output.Trim(), errors.Trim());
    }

    private async Task<string> OpenSsl(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("openssl", arguments.Split(' ')) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        return output;
    }
}
