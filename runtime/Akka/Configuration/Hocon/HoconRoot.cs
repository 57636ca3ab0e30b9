namespace Akka.Configuration.Hocon;

/// <summary>A parsed text. Substitutions are resolved when the value is first asked for, so that an included text sees the whole.</summary>
public sealed class HoconRoot
{
    private readonly Lazy<HoconValue> _value;

    public HoconRoot(HoconValue value) => _value = new Lazy<HoconValue>(value);

    internal HoconRoot(ObjectSyntax syntax)
    {
        Syntax = syntax;
        _value = new Lazy<HoconValue>(() => new HoconValue(Resolver.Resolve(syntax, Environment.GetEnvironmentVariable), syntax.Origin));
    }

    public HoconValue Value => _value.Value;

    internal ObjectSyntax? Syntax { get; }
}
