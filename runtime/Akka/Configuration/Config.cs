using System.Diagnostics.CodeAnalysis;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Settings by dotted paths. Never changed: what adds to it returns a new one.</summary>
public class Config
{
    public static readonly Config Empty = new();

    private readonly HoconObject _settings;

    public Config()
        : this(new HoconObject())
    {
    }

    public Config(HoconRoot root)
        : this(root.Value.GetObject())
    {
    }

    public Config(Config source, Config fallback)
        : this(HoconObject.Merge(source._settings, fallback._settings))
    {
    }

    internal Config(HoconObject settings) => _settings = settings;

    public virtual bool IsEmpty => _settings.Items.Count == 0;

    public HoconValue Root => new(_settings, default);

    public virtual bool HasPath(string path) => Find(path) is not null;

    [return: NotNullIfNotNull(nameof(@default))]
    public virtual string? GetString(string path, string? @default = null) => Get(path, @default, v => v.GetString());

    public virtual bool GetBoolean(string path, bool @default = false) => Get(path, @default, v => v.GetBoolean());

    public virtual int GetInt(string path, int @default = 0) => Get(path, @default, v => v.GetInt());

    public virtual long GetLong(string path, long @default = 0) => Get(path, @default, v => v.GetLong());

    public virtual float GetFloat(string path, float @default = 0) => Get(path, @default, v => v.GetFloat());

    public virtual double GetDouble(string path, double @default = 0) => Get(path, @default, v => v.GetDouble());

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Get(path, @default, v => v.GetDecimal());

    /// <summary>A size in bytes, or null where it is not set.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, def: null);

    [return: NotNullIfNotNull(nameof(def))]
    public virtual long? GetByteSize(string path, long? def) => Get(path, def, v => v.GetByteSize());

    /// <summary>A duration, zero where it is not set and there is no default; <c>infinite</c> is the infinite time-out.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Get(path, @default.GetValueOrDefault(), v => v.GetTimeSpan(allowInfinite));

    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] strings) => Get<IList<string>>(path, strings, v => v.GetStringList())!;

    public virtual IList<int> GetIntList(string path) => Get<IList<int>>(path, [], v => v.GetIntList())!;

    public virtual IList<long> GetLongList(string path) => Get<IList<long>>(path, [], v => v.GetLongList())!;

    public virtual IList<double> GetDoubleList(string path) => Get<IList<double>>(path, [], v => v.GetDoubleList())!;

    public virtual IList<bool> GetBooleanList(string path) => Get<IList<bool>>(path, [], v => v.GetBooleanList())!;

    /// <summary>The settings below a path, or null where there are none.</summary>
    public virtual Config? GetConfig(string path) => Get(path, null, v => new Config(v.GetObject()));

    public virtual HoconValue? GetValue(string path) => Find(path);

    /// <summary>These settings, and those of <paramref name="fallback"/> where these have none.</summary>
    public virtual Config WithFallback(Config? fallback)
    {
        if (fallback is null || ReferenceEquals(fallback, this) || fallback.IsEmpty)
            return this;
        return IsEmpty ? fallback : new Config(this, fallback);
    }

    /// <summary>The settings of the top level.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => _settings.Items;

    public override string ToString() => _settings.ToString();

    public virtual string ToString(bool includeFallback) => ToString();

    public static Config operator +(Config config, string fallback) => config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    private HoconValue? Find(string path)
    {
        var found = Root.Find(HoconPath.Split(path));
        return found is { IsEmpty: false } ? found : null;
    }

    private T? Get<T>(string path, T? ifMissing, Func<HoconValue, T> read)
    {
        if (Find(path) is not { } value)
            return ifMissing;
        try
        {
            return read(value);
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"The setting {path}: {e.Message}", e);
        }
    }
}

public static class ConfigExtensions
{
    public static Config SafeWithFallback(this Config? config, Config? fallback) =>
        config is null ? fallback ?? Config.Empty : config.WithFallback(fallback);

    public static bool IsNullOrEmpty([NotNullWhen(false)] this Config? config) => config is null || config.IsEmpty;
}
