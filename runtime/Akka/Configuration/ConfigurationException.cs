using Akka.Actor;

namespace Akka.Configuration;

/// <summary>Settings that cannot be read, or do not say what they must.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
