namespace Akka;

/// <summary>"It is done", where there is no other result.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
