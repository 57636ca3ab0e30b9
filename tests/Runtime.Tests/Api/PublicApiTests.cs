using System.Reflection;

namespace Ferry.Runtime.Tests.Api;

/// <summary>
/// The embedded runtime shows nothing that Akka.NET does not: Data/akka-api.tsv lists the public and protected API of
/// version 1.5.27. What compiles on the runtime therefore compiles on the packages.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly ILookup<string, string> Listed = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "akka-api.tsv"))
        .Select(line => line.Split('\t')).ToLookup(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    // The bases of these lie in an assembly the runtime does not have.
    private static readonly string[] OtherBase = ["Akka.Persistence.Sqlite.Journal.SqliteJournal", "Akka.Persistence.Sqlite.Snapshot.SqliteSnapshotStore"];

    [Theory]
    [InlineData("Akka")]
    [InlineData("Akka.Persistence")]
    [InlineData("Akka.Persistence.Sqlite")]
    [InlineData("Akka.TestKit")]
    [InlineData("Akka.TestKit.Xunit2")]
    public void Assembly_ShowsOnlyWhatIsListed(string name)
    {
        var listed = Listed[name].ToHashSet(StringComparer.Ordinal);
        listed.Should().NotBeEmpty();

        var surplus = Assembly.Load(name).GetTypes().Where(DocumentationIds.IsVisible)
            .SelectMany(type => Shown(type).Where(id => !IsListed(id, type, listed)))
            .Order(StringComparer.Ordinal).ToList();

        surplus.Should().BeEmpty();
    }

    [Theory]
    [InlineData(typeof(Dictionary<string, int[]>.KeyCollection), "System.Collections.Generic.Dictionary{System.String,System.Int32[]}.KeyCollection")]
    [InlineData(typeof(int[,]), "System.Int32[0:,0:]")]
    [InlineData(typeof(int?), "System.Nullable{System.Int32}")]
    public void Reference_IsWrittenAsCompilersDo(Type type, string id) => DocumentationIds.Reference(type).Should().Be(id);

    [Fact]
    public void Members_OfAnExampleType_AreFound() => DocumentationIds.Members(typeof(Example<>)).Should().BeEquivalentTo(
        "M:Ferry.Runtime.Tests.Api.PublicApiTests.Example`1.#ctor(`0)",
        "M:Ferry.Runtime.Tests.Api.PublicApiTests.Example`1.Convert``1(``0,`0[],System.Int32@)",
        "M:Ferry.Runtime.Tests.Api.PublicApiTests.Example`1.op_Implicit(System.Int32)~Ferry.Runtime.Tests.Api.PublicApiTests.Example{`0}",
        "P:Ferry.Runtime.Tests.Api.PublicApiTests.Example`1.Item(System.Int32)",
        "F:Ferry.Runtime.Tests.Api.PublicApiTests.Example`1.Field");

    private static IEnumerable<string> Shown(Type type)
    {
        var id = DocumentationIds.Of(type);
        yield return id;
        foreach (var member in DocumentationIds.Members(type))
            yield return member;
        if (type.BaseType is { } parent && parent != typeof(object) && !OtherBase.Contains(type.FullName))
            yield return $"{id} : base {DocumentationIds.Reference(parent)}";
        foreach (var contract in DirectInterfaces(type).Where(DocumentationIds.IsVisible))
            yield return $"{id} : interface {DocumentationIds.Reference(contract)}";
    }

    private static IEnumerable<Type> DirectInterfaces(Type type)
    {
        var all = type.GetInterfaces();
        return all.Except(type.BaseType?.GetInterfaces() ?? []).Except(all.SelectMany(i => i.GetInterfaces()));
    }

    private static bool IsListed(string id, Type type, HashSet<string> listed) =>
        // The field an enumeration keeps its value in is in no documentation.
        listed.Contains(id) || type.IsEnum && id.EndsWith(".value__", StringComparison.Ordinal);

    public class Example<T>(T start)
    {
        protected T Field = start;

        public int this[int index] => index;

        public static implicit operator Example<T>(int value) => new(default!);

        public TOther Convert<TOther>(TOther other, T[] many, out int count)
        {
            count = many.Length;
            return other;
        }

        public override string ToString() => "";

        internal void Hidden()
        {
        }
    }
}
