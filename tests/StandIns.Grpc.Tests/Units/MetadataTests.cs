using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

public class MetadataTests
{
    [Fact]
    public void Add_TextAndBytes_KeepsOrderAndKind()
    {
        var metadata = new Metadata { { "a", "1" }, { "b-bin", [1, 2] }, { "a", "2" } };

        Assert.Equal(["a", "b-bin", "a"], metadata.Select(entry => entry.Key));
        Assert.Equal([false, true, false], metadata.Select(entry => entry.IsBinary));
        Assert.Equal(3, metadata.Count);
        Assert.False(metadata.IsReadOnly);
    }

    [Fact]
    public void Get_KeyThatRepeats_IsTheLast()
    {
        var metadata = new Metadata { { "a", "1" }, { "A", "2" }, { "b-bin", [1] }, { "B-Bin", [2] } };

        Assert.Equal("2", metadata.Get("A")?.Value);
        Assert.Equal("2", metadata.GetValue("a"));
        Assert.Equal([2], metadata.GetValueBytes("b-BIN"));
        Assert.Equal(["1", "2"], metadata.GetAll("a").Select(entry => entry.Value));
    }

    [Fact]
    public void Get_KeyThatIsNotThere_IsNull()
    {
        var metadata = new Metadata { { "a", "1" } };

        Assert.Null(metadata.Get("b"));
        Assert.Null(metadata.GetValue("b"));
        Assert.Null(metadata.GetValueBytes("b-bin"));
        Assert.Empty(metadata.GetAll("b"));
    }

    [Theory]
    [InlineData("Authorization", "authorization")]
    [InlineData("X.y_Z-09", "x.y_z-09")]
    public void Key_IsLowerCased(string key, string expected) => Assert.Equal(expected, new Metadata.Entry(key, "").Key);

    [Theory]
    [InlineData("with space")]
    [InlineData(":path")]
    [InlineData("schlüssel")]
    [InlineData("\u212Aelvin")] // the sign of the kelvin, whose lower case is the letter k
    [InlineData("line\nbreak")]
    public void Key_WithAnotherCharacter_IsRefused(string key)
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));
        Assert.Throws<ArgumentException>(() => new Metadata { { $"{key}-bin", [1] } });
    }

    [Fact]
    public void Key_AndKindOfValue_MustAgree()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("a-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("A-BIN", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("a", [1]));
        Assert.Equal("-bin", Metadata.BinaryHeaderSuffix);
    }

    [Fact]
    public void Nulls_AreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "value"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("a", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("a-bin", (byte[])null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata().Add(null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata { { "a", "1" } }[0] = null!);
    }

    [Fact]
    public void Bytes_ChangedOutside_StayAsTheyWere()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("a-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2, 3], entry.ValueBytes);
    }

    [Fact]
    public void Value_OfBytes_IsNoText()
    {
        var entry = new Metadata.Entry("a-bin", [1]);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
        Assert.Throws<InvalidOperationException>(() => new Metadata { entry }.GetValue("a-bin"));
    }

    [Fact]
    public void ValueBytes_OfText_AreItsAscii() => Assert.Equal("az"u8.ToArray(), new Metadata.Entry("a", "az").ValueBytes);

    [Fact]
    public void ToString_ShowsTextButNotBytes()
    {
        Assert.Equal("[Entry: key=a, value=1]", new Metadata.Entry("A", "1").ToString());
        Assert.Equal("[Entry: key=a-bin, valueBytes=System.Byte[]]", new Metadata.Entry("a-bin", [1]).ToString());
    }

    [Fact]
    public void List_ChangesInPlace()
    {
        var (a, b, c) = (new Metadata.Entry("a", "1"), new Metadata.Entry("b", "2"), new Metadata.Entry("c", "3"));
        var metadata = new Metadata { a, c };

        metadata.Insert(1, b);
        Assert.Equal([a, b, c], metadata);
        Assert.Equal(1, metadata.IndexOf(b));
        Assert.Contains(b, metadata);

        Assert.True(metadata.Remove(a));
        Assert.False(metadata.Remove(a));
        metadata.RemoveAt(0);
        metadata[0] = b;
        Assert.Same(b, metadata[0]);

        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 1);
        Assert.Same(b, copy[1]);

        metadata.Clear();
        Assert.Empty(metadata);
    }

    [Fact]
    public void Empty_RefusesEveryChange()
    {
        var entry = new Metadata.Entry("a", "1");
        Action<Metadata>[] changes =
        [
            metadata => metadata.Add(entry),
            metadata => metadata.Add("a", "1"),
            metadata => metadata.Add("a-bin", [1]),
            metadata => metadata.Insert(0, entry),
            metadata => metadata[0] = entry,
            metadata => metadata.Remove(entry),
            metadata => metadata.RemoveAt(0),
            metadata => metadata.Clear(),
        ];

        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.All(changes, change => Assert.Throws<InvalidOperationException>(() => change(Metadata.Empty)));
        Assert.Empty(Metadata.Empty);
    }
}
