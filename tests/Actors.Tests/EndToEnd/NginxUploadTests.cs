using System.Text;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Testing.Peers;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>Plain uploads to a server that was not written for these tests: nginx with its dav module.</summary>
public sealed class NginxUploadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _home = new();

    private byte[] Bytes { get; } = Content.Bytes(6, (3 * 1024 * 1024) + 5);

    private string Source => _home.File("source.bin");

    public void Dispose() => _home.Dispose();

    [PeerFact("nginx")]
    public async Task Put_IsStoredByteForByte()
    {
        await using var nginx = await StartAsync();

        var end = await UploadAsync(nginx, "stored.bin", new RequestOptions { ExtraData = new FileData(Source) });

        end.Should().BeOfType<TransferCompleted>().Which.Head!.Status.Should().Be(201);
        (await File.ReadAllBytesAsync(_home.File("served/stored.bin"))).Should().Equal(Bytes);
    }

    [PeerFact("nginx")]
    public async Task PutOfAForm_IsStoredByteForByte()
    {
        await using var nginx = await StartAsync();
        var options = new RequestOptions
        {
            Method = "PUT",
            Headers = [new HeaderField("Content-Type", "multipart/form-data; boundary=between")],
            MultiFormData = [new FormPart("note", "text/plain") { Data = new TextData("hi") }, new FormPart("file", "image/png") { FilePath = Source }],
        };

        (await UploadAsync(nginx, "form", options)).Should().BeOfType<TransferCompleted>();

        var head = "--between\r\nContent-Disposition: form-data; name=\"note\"\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
            + "--between\r\nContent-Disposition: form-data; name=\"file\"; filename=\"source.bin\"\r\nContent-Type: image/png\r\n\r\n";
        byte[] expected = [.. Encoding.ASCII.GetBytes(head), .. Bytes, .. "\r\n--between--\r\n"u8];
        (await File.ReadAllBytesAsync(_home.File("served/form"))).Should().Equal(expected);
    }

    [PeerFact("nginx")]
    public async Task Put_TooLarge_IsRefusedBeforeItIsSent()
    {
        await using var nginx = await StartAsync(bodyLimit: "1m");

        var end = await UploadAsync(nginx, "large.bin", new RequestOptions { ExtraData = new FileData(Source) });

        var error = end.Should().BeOfType<TransferFailed>().Subject.Error;
        (error.Code, error.HttpStatus).Should().Be((ErrorCode.UploadFailed, 413));
        error.Message.Should().Contain("so much");
    }

    private async Task<TransferTerminated> UploadAsync(PeerProcess nginx, string name, RequestOptions options)
    {
        await File.WriteAllBytesAsync(Source, Bytes);
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = _home.File("data"), Durability = Durability.Process });
        return await engine.RunAsync(new TransferRequest
        {
            Url = $"http://127.0.0.1:{nginx.Port}/{name}",
            Upload = new UploadOptions(),
            Options = options,
            Destination = new MemoryDestination(),
        }).WaitAsync(Patience);
    }

    private Task<PeerProcess> StartAsync(string bodyLimit = "0")
    {
        var served = Directory.CreateDirectory(_home.File("served")).FullName;
        return PeerProcess.StartAsync("nginx", (folder, port) =>
        {
            var config = Path.Combine(folder, "nginx.conf");
            File.WriteAllText(config, $$"""
                user root;
                daemon off;
                master_process off;
                pid {{folder}}/pid;
                events { worker_connections 64; }
                http {
                    access_log off;
                    client_max_body_size {{bodyLimit}};
                    client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi;
                    uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
                    server { listen 127.0.0.1:{{port}}; root {{served}}; dav_methods PUT; }
                }
                """);
            return ["-c", config, "-e", Path.Combine(folder, "error.log")];
        });
    }
}
