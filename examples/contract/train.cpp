#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

int main() {
    std::ifstream file(std::getenv("VARVE_PARAMS"));
    std::string params{std::istreambuf_iterator<char>(file), {}};
    auto param = [&](const std::string& name) { return std::stod(params.substr(params.find("\"" + name + "\": ") + name.size() + 4)); };

    std::ofstream metrics(std::getenv("VARVE_METRICS"), std::ios::app);
    metrics.precision(std::numeric_limits<double>::max_digits10);
    for (int step = 1; step <= param("steps"); step++) {
        metrics << "{\"step\": " << step << ", \"loss\": " << param("alpha") / step << "}" << std::endl;  // which flushes
    }
    metrics << R"({"tags": {"language": "C++"}})" << std::endl;
    std::ofstream(std::string(std::getenv("VARVE_ARTIFACTS")) + "/summary.txt") << "alpha was " << param("alpha") << "\n";
}
