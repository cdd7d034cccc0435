using System.Text;
using RegistryCache.Oci.Http;

namespace RegistryCache.Oci.Tests.Http;

/// <summary>The count of informational answers does not depend on how the bytes of a connection arrive.</summary>
[TestFixture]
public sealed class AnnouncementLimitTests
{
    [Test]
    public void Every_way_to_cut_the_bytes_gives_the_same_count(
        [Values("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "HTTP/1.0 100\r\n\r\n", "HTTP/1.1 102 Processing\nA: b\r\nC:\n\r\n")] string announcement,
        [Values(1, 2, 3, 7, 11, 12, 13, 64, 4096)] int piece)
    {
        foreach (var answer in new[] { "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "", "SSH-2.0", "\r\n\r\n" })
        {
            var pass = string.Concat(Enumerable.Repeat(announcement, AnnouncementLimit.MaxAnnouncements));
            var body = string.Concat(Enumerable.Repeat(announcement, 100));
            Assert.That(() => Read(pass + answer + (answer.Length > 7 ? body : ""), piece), Throws.Nothing, answer);
            Assert.That(() => Read(pass + announcement + answer, piece), Throws.TypeOf<TooManyAnnouncementsException>(), answer);
        }
    }

    private static void Read(string bytes, int piece)
    {
        using var stream = new AnnouncementLimit(new MemoryStream(Encoding.ASCII.GetBytes(bytes)));
        var buffer = new byte[piece];
        while (stream.Read(buffer) > 0)
        {
        }
    }
}
